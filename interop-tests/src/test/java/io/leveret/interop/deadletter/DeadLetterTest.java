package io.leveret.interop.deadletter;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import io.leveret.interop.Case;
import io.leveret.interop.Headers;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Where messages go that expire, are too many, or are not wanted. */
final class DeadLetterTest {

    @Case
    void aRejectedMessageIsDeadLettered(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.queue(channel, "q", Deaths.to(dead));

        peer.enqueue(channel, queue, "m1");
        Deaths.reject(channel, queue);
        GetResponse got = Deaths.await(peer, channel, dead);
        peer.observe(got, got.getEnvelope().getExchange(), got.getEnvelope().getRoutingKey(), Deaths.headers(got));

        peer.expect(
                "m1 redelivered",
                "",
                "dead",
                "{x-death=[{count=1, exchange=, queue=q, reason=rejected, routing-keys=[q]}], x-first-death-exchange=,"
                        + " x-first-death-queue=q, x-first-death-reason=rejected, x-last-death-exchange=,"
                        + " x-last-death-queue=q, x-last-death-reason=rejected}");
    }

    @Case
    void nackWithMultipleDeadLettersInOrder(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.queue(channel, "q", Deaths.to(dead));

        peer.enqueue(channel, queue, "m1", "m2", "m3");
        for (int i = 0; i < 3; i++) {
            channel.basicGet(queue, false);
        }
        channel.basicNack(0, true, false);
        QueueState.awaitReady(channel, dead, 3);
        peer.observe(peer.drain(channel, dead));

        peer.expect("[m1, m2, m3]");
    }

    @Case
    void anExpiredMessageIsDeadLetteredWithoutItsExpiration(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.queue(channel, "q", Deaths.to(dead));

        peer.publish(
                channel,
                "",
                queue,
                new BasicProperties.Builder().expiration("50").build(),
                "m1");
        GetResponse got = Deaths.await(peer, channel, dead);
        peer.observe(got, got.getProps().getExpiration(), Deaths.headers(got));

        peer.expect(
                "m1",
                "null",
                "{x-death=[{count=1, exchange=, original-expiration=50, queue=q, reason=expired, routing-keys=[q]}],"
                        + " x-first-death-exchange=, x-first-death-queue=q, x-first-death-reason=expired,"
                        + " x-last-death-exchange=, x-last-death-queue=q, x-last-death-reason=expired}");
    }

    @Case
    void whatLeavesAFullQueueIsDeadLettered(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.queue(channel, "q", Deaths.to(dead, "x-max-length", 1));

        peer.enqueue(channel, queue, "m1", "m2", "m3");
        QueueState.awaitReady(channel, dead, 2);
        peer.observe(Deaths.headers(Deaths.await(peer, channel, dead)), peer.drain(channel, dead));
        peer.observe(peer.drain(channel, queue));

        peer.expect(
                "{x-death=[{count=1, exchange=, queue=q, reason=maxlen, routing-keys=[q]}], x-first-death-exchange=,"
                        + " x-first-death-queue=q, x-first-death-reason=maxlen, x-last-death-exchange=,"
                        + " x-last-death-queue=q, x-last-death-reason=maxlen}",
                "[m2]",
                "[m3]");
    }

    @Case
    void whatAQueueRefusesIsDeadLetteredWithRejectPublishDlx(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.queue(channel, "q", Deaths.to(dead, "x-max-length", 1, "x-overflow", "reject-publish-dlx"));

        Deaths.observeOverflow(peer, channel, queue, dead);

        peer.expect("1 acked, 1 nacked, numbers up to 2", "m2", "maxlen", "[m1]");
    }

    @Case
    void whatAQueueRefusesIsNotDeadLetteredWithRejectPublish(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.queue(channel, "q", Deaths.to(dead, "x-max-length", 0, "x-overflow", "reject-publish"));

        channel.confirmSelect();
        peer.publish(channel, "", queue, "m1");
        peer.observe(channel.waitForConfirms());
        peer.roundTrip(channel);
        peer.observe(channel.basicGet(dead, true));

        peer.expect("false", "null");
    }

    @Case
    void aMessageKeepsItsRoutingKeysWithoutAnother(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "dlx", "topic");
        String dead = peer.queue(channel, "dead");
        channel.queueBind(dead, exchange, "#");
        String queue = peer.queue(channel, "q", Map.of("x-dead-letter-exchange", exchange));

        channel.confirmSelect();
        peer.publish(channel, "", queue, Headers.of("CC", List.of("cc")), "m1");
        channel.waitForConfirmsOrDie();
        Deaths.reject(channel, queue);
        GetResponse got = Deaths.await(peer, channel, dead);
        peer.observe(got.getEnvelope().getExchange(), got.getEnvelope().getRoutingKey(), Deaths.headers(got));

        peer.expect(
                "dlx",
                "q",
                "{CC=[cc], x-death=[{count=1, exchange=, queue=q, reason=rejected, routing-keys=[q, cc]}],"
                        + " x-first-death-exchange=, x-first-death-queue=q, x-first-death-reason=rejected,"
                        + " x-last-death-exchange=, x-last-death-queue=q, x-last-death-reason=rejected}");
    }

    @Case
    void bccRoutesDeadLettersTooAndIsToldNobody(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "dlx", "direct");
        String dead = peer.queue(channel, "dead");
        channel.queueBind(dead, exchange, "bcc");
        String again = peer.queue(channel, "again", Map.of("x-dead-letter-exchange", exchange));
        String fan = peer.exchange(channel, "fan", "fanout");
        channel.queueBind(again, fan, "");
        String queue = peer.queue(channel, "q", Map.of("x-dead-letter-exchange", fan));

        channel.confirmSelect();
        peer.publish(channel, "", queue, Headers.of(Map.of("CC", List.of("cc"), "BCC", List.of("bcc"))), "m1");
        channel.waitForConfirmsOrDie();
        Deaths.reject(channel, queue);
        QueueState.awaitReady(channel, again, 1);
        Deaths.reject(channel, again);
        GetResponse got = Deaths.await(peer, channel, dead);
        peer.observe(got, keys(got), got.getProps().getHeaders().containsKey("BCC"));

        peer.expect("m1 redelivered", "[[q, cc], [q, cc]]", "false");
    }

    @Case
    void aDeadLetterRoutingKeyReplacesThoseOfCcForGood(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "dlx", "direct");
        String dead = peer.queue(channel, "dead");
        channel.queueBind(dead, exchange, "other");
        String copies = peer.queue(channel, "copies");
        channel.queueBind(copies, exchange, "cc");
        String again = peer.queue(channel, "again", Map.of("x-dead-letter-exchange", exchange));
        String fan = peer.exchange(channel, "fan", "fanout");
        channel.queueBind(again, fan, "");
        String queue =
                peer.queue(channel, "q", Map.of("x-dead-letter-exchange", fan, "x-dead-letter-routing-key", "other"));

        channel.confirmSelect();
        peer.publish(channel, "", queue, Headers.of("CC", List.of("cc")), "m1");
        channel.waitForConfirmsOrDie();
        Deaths.reject(channel, queue);
        QueueState.awaitReady(channel, again, 1);
        Deaths.reject(channel, again);
        GetResponse got = Deaths.await(peer, channel, dead);
        peer.observe(got, keys(got), got.getProps().getHeaders().get("CC"), channel.basicGet(copies, true));

        peer.expect("m1 redelivered", "[[other], [q, cc]]", "[cc]", "null");
    }

    /** The routing keys that each death tells of. */
    private static List<Object> keys(GetResponse got) {
        List<?> deaths =
                (List<?>) Objects.requireNonNull(got.getProps().getHeaders().get("x-death"));
        return deaths.stream()
                .<Object>map(death -> ((Map<?, ?>) death).get("routing-keys"))
                .toList();
    }

    @Case
    void ccRoutesDeadLettersToo(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "dlx", "direct");
        String dead = peer.queue(channel, "dead");
        channel.queueBind(dead, exchange, "cc");
        String queue = peer.queue(channel, "q", Map.of("x-dead-letter-exchange", exchange));

        channel.confirmSelect();
        peer.publish(channel, "", queue, Headers.of("CC", List.of("cc")), "m1");
        channel.waitForConfirmsOrDie();
        Deaths.reject(channel, queue);
        peer.observe(Deaths.await(peer, channel, dead));

        peer.expect("m1 redelivered");
    }

    @Case
    void aMissingExchangeDropsThem(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q", Map.of("x-dead-letter-exchange", peer.name("none")));

        peer.enqueue(channel, queue, "m1");
        Deaths.reject(channel, queue);
        peer.attempt(channel, () -> channel.queueDeclarePassive(queue));

        peer.expect("queue q: 0 messages, 0 consumers");
    }

    @Case
    void anExchangeThatComesLaterTakesThem(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.queue(channel, "q", Map.of("x-dead-letter-exchange", peer.name("later")));

        peer.enqueue(channel, queue, "m1");
        channel.queueBind(dead, peer.exchange(channel, "later", "fanout"), "");
        Deaths.reject(channel, queue);
        peer.observe(Deaths.await(peer, channel, dead));

        peer.expect("m1 redelivered");
    }

    @Case
    void purgedMessagesAreNotDeadLettered(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.queue(channel, "q", Deaths.to(dead));

        peer.enqueue(channel, queue, "m1", "m2");
        peer.observe(channel.queuePurge(queue));
        peer.roundTrip(channel);
        peer.observe(channel.messageCount(dead));

        peer.expect("purged 2 messages", "0");
    }

    @Case
    void aSecondDeathOfTheSameKindIsCounted(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.name("q");
        String retry = peer.queue(channel, "retry", Deaths.to(queue, "x-message-ttl", 20));
        channel.queueDeclare(queue, false, true, false, Deaths.to(retry));

        peer.enqueue(channel, queue, "m1");
        for (int i = 0; i < 3; i++) {
            peer.eventually(() -> {
                GetResponse got = channel.basicGet(queue, false);
                if (got != null) {
                    channel.basicReject(got.getEnvelope().getDeliveryTag(), false);
                }
                return got != null;
            });
        }
        GetResponse got = Deaths.await(peer, channel, queue);
        peer.observe(Deaths.headers(got));

        peer.expect("{x-death=[{count=3, exchange=, queue=retry, reason=expired, routing-keys=[retry]}, {count=3,"
                + " exchange=, queue=q, reason=rejected, routing-keys=[q]}], x-first-death-exchange=,"
                + " x-first-death-queue=q, x-first-death-reason=rejected, x-last-death-exchange=,"
                + " x-last-death-queue=retry, x-last-death-reason=expired}");
    }

    @Case
    void whatClientsSayOfDeathsIsNotCounted(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.queue(channel, "q", Deaths.to(dead));
        Map<String, Object> death = new HashMap<>(Map.of("queue", queue, "reason", "rejected", "count", 7L));

        channel.confirmSelect();
        peer.publish(channel, "", queue, Headers.of("x-death", List.of(death)), "m1");
        channel.waitForConfirmsOrDie();
        Deaths.reject(channel, queue);
        GetResponse got = Deaths.await(peer, channel, dead);
        peer.observe(Deaths.headers(got).get("x-death"));

        peer.expect("[{count=1, exchange=, queue=q, reason=rejected, routing-keys=[q]}]");
    }

    @Case
    void whatExpiresRoundAndRoundIsDropped(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String exchange = peer.exchange(channel, "x", "fanout");
        Map<String, Object> expiring = Map.of("x-message-ttl", 20, "x-dead-letter-exchange", exchange);
        String second = peer.queue(channel, "second", expiring);
        String first = peer.queue(channel, "first", Deaths.to(second, "x-message-ttl", 20));
        String witness = peer.queue(channel, "witness");
        channel.queueBind(first, exchange, "");
        channel.queueBind(witness, exchange, "");

        // What went round would come to the witness again while the others are on their way.
        for (String each : List.of("m1", "m2", "m3")) {
            peer.enqueue(channel, first, each);
            peer.observe(Deaths.await(peer, channel, witness));
        }
        peer.observe(channel.basicGet(witness, true));

        peer.expect("m1", "m2", "m3", "null");
    }

    @Case("x-death tells the time of the first death in a queue for a reason")
    void theTimeIsThatOfTheFirstDeath(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.name("q");
        // Over a second, so that times of different deaths are different ones.
        String between = peer.queue(channel, "between", Deaths.to(queue, "x-message-ttl", 1_100));
        channel.queueDeclare(queue, false, true, false, Deaths.to(between));

        peer.enqueue(channel, queue, "m1");
        Deaths.reject(channel, queue);
        QueueState.awaitReady(channel, queue, 1);
        GetResponse once = channel.basicGet(queue, false);
        channel.basicReject(once.getEnvelope().getDeliveryTag(), false);
        GetResponse twice = Deaths.await(peer, channel, queue);
        peer.observe(Deaths.headers(twice).get("x-death"));
        peer.observe(Deaths.times(once).get(0).after(Deaths.times(once).get(1)));
        peer.observe(Deaths.times(twice).equals(Deaths.times(once)));

        peer.expect(
                "[{count=2, exchange=, queue=between, reason=expired, routing-keys=[between]},"
                        + " {count=2, exchange=, queue=q, reason=rejected, routing-keys=[q]}]",
                "true",
                "true");
    }

    @Case
    void aQueueThatIsItsOwnDeadLetterQueueTakesWhatIsRejected(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.name("q");
        channel.queueDeclare(queue, false, true, false, Deaths.to(queue));

        peer.enqueue(channel, queue, "m1");
        Deaths.reject(channel, queue);
        GetResponse got = Deaths.await(peer, channel, queue);
        peer.observe(got, got.getProps().getHeaders().get("x-last-death-reason"));

        peer.expect("m1 redelivered", "rejected");
    }

    @Case
    void aRejectInATransactionCountsWithTheCommit(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String dead = peer.queue(channel, "dead");
        String queue = peer.queue(channel, "q", Deaths.to(dead));
        Channel tx = peer.channel();

        peer.enqueue(channel, queue, "m1");
        tx.txSelect();
        Deaths.reject(tx, queue);
        peer.roundTrip(tx);
        peer.observe(channel.messageCount(dead));
        tx.txCommit();
        peer.observe(Deaths.await(peer, channel, dead));

        peer.expect("0", "m1 redelivered");
    }
}
