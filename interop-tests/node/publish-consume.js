// Publishes to a topic exchange and consumes what matches. Usage: node publish-consume.js [URL [NAME]]
import amqp from 'amqplib';

const [url = 'amqp://localhost', name = 'example'] = process.argv.slice(2);
const connection = await amqp.connect(url);
const channel = await connection.createChannel();

const exchange = `${name}.events`;
await channel.assertExchange(exchange, 'topic', { durable: false, autoDelete: true });
const { queue } = await channel.assertQueue(name, { exclusive: true });
await channel.bindQueue(queue, exchange, 'order.*');

channel.publish(exchange, 'order.placed', Buffer.from('first'), {
  persistent: true,
  contentType: 'text/plain',
  contentEncoding: 'utf-8',
  messageId: 'm-1',
  correlationId: 'c-1',
  type: 'placed',
  appId: 'shop',
  priority: 3,
  timestamp: 1700000000,
  headers: {
    text: 'löwe',
    small: 7,
    big: 1099511627776,
    fraction: 0.5,
    yes: true,
    nothing: null,
    list: [1, 'two', { three: 3 }],
    table: { inner: { deep: 'x' } },
  },
});
channel.publish(exchange, 'invoice.sent', Buffer.from('matches nothing'));
channel.publish(exchange, 'order.paid', Buffer.from('second'));
channel.publish(exchange, 'order.shipped', Buffer.alloc(300_000, 'x'));

await channel.prefetch(1);
let expected = 4; // three messages, one of them twice
await new Promise((done) => {
  channel.consume(queue, take, { consumerTag: 'reader' });

  function take(message) {
    const { routingKey, redelivered } = message.fields;
    const body = message.content.length > 100 ? `${message.content.length} bytes` : message.content.toString();
    console.log(`${routingKey}${redelivered ? ' again' : ''}: ${body}`);
    if (routingKey === 'order.paid' && !redelivered) {
      channel.nack(message);
    } else {
      channel.ack(message);
    }
    if (routingKey === 'order.placed') {
      const { headers, ...properties } = message.properties;
      console.log(JSON.stringify(properties));
      console.log(JSON.stringify(Object.entries(headers).sort()));
    }
    if (--expected === 0) {
      done();
    }
  }
});
await channel.cancel('reader');

console.log('one more:', await channel.get(queue));
console.log(await channel.deleteQueue(queue));
await connection.close();
