// Asks for what the broker refuses: a channel is lost each time, the connection stays. Usage: node refused.js [URL [NAME]]
import amqp from 'amqplib';

const [url = 'amqp://localhost', name = 'example'] = process.argv.slice(2);
const connection = await amqp.connect(url);

async function attempt(what) {
  const channel = await connection.createChannel();
  channel.on('error', (error) => console.log(`channel closed: ${error.message}`));
  try {
    await what(channel);
  } catch (error) {
    console.log(`${error.code}: ${error.message}`);
  }
}

const owner = await connection.createChannel();
await owner.assertQueue(name, { exclusive: true });

await attempt((channel) => channel.checkQueue(`${name}.missing`));
await attempt((channel) => channel.assertQueue(name, { exclusive: true, autoDelete: true }));
await attempt((channel) => channel.deleteExchange('amq.topic'));
console.log(await owner.checkQueue(name));
await connection.close();

await amqp.connect(url.replace('guest:guest', 'guest:wrong')).catch((error) => console.log(error.message));
