// Publishes on a confirm channel; what no queue takes comes back. Usage: node confirms.js [URL [NAME]]
import amqp from 'amqplib';

const [url = 'amqp://localhost', name = 'example'] = process.argv.slice(2);
const connection = await amqp.connect(url);
const channel = await connection.createConfirmChannel();
await channel.assertQueue(name, { exclusive: true });

channel.on('return', ({ fields, content }) => {
  console.log(`returned ${fields.replyCode} ${fields.replyText} for ${fields.routingKey}: ${content}`);
});

let confirmed = 0;
for (let i = 1; i <= 1000; i++) {
  channel.sendToQueue(name, Buffer.from(`message ${i}`), {}, (refused) => {
    if (!refused) {
      confirmed++;
    }
  });
}
await channel.waitForConfirms();
console.log(`${confirmed} confirmed`);

await new Promise((done) => {
  channel.publish('', `${name}.nowhere`, Buffer.from('lost'), { mandatory: true }, (refused) => {
    console.log(refused ? 'refused' : 'confirmed all the same');
    done();
  });
});

console.log(await channel.purgeQueue(name));
await connection.close();
