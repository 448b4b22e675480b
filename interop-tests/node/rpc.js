// Calls a procedure and waits for its answers, by direct reply-to. Usage: node rpc.js [URL [NAME]]
import amqp from 'amqplib';

const [url = 'amqp://localhost', name = 'example'] = process.argv.slice(2);

async function serve(connection) {
  const channel = await connection.createChannel();
  await channel.assertQueue(name, { exclusive: true });
  await channel.consume(name, (request) => {
    const { replyTo, correlationId } = request.properties;
    const answer = String(Number(request.content) ** 2);
    channel.sendToQueue(replyTo, Buffer.from(answer), { correlationId });
    channel.ack(request);
  });
}

async function caller(connection) {
  const channel = await connection.createChannel();
  const waiting = new Map();
  await channel.consume(
    'amq.rabbitmq.reply-to',
    (reply) => waiting.get(reply.properties.correlationId)(reply.content.toString()),
    { noAck: true },
  );
  return (number) =>
    new Promise((answered) => {
      const correlationId = `call ${number}`;
      waiting.set(correlationId, answered);
      channel.sendToQueue(name, Buffer.from(String(number)), { correlationId, replyTo: 'amq.rabbitmq.reply-to' });
    });
}

const connection = await amqp.connect(url);
await serve(connection);
const square = await caller(connection);
const answers = await Promise.all([1, 2, 3, 40].map(square));
console.log(answers.join(' '));
await connection.close();
