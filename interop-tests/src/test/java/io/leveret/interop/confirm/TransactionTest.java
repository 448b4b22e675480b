package io.leveret.interop.confirm;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Channel;
import io.leveret.interop.Case;
import io.leveret.interop.Peer;
import io.leveret.interop.QueueState;

final class TransactionTest {

    @Case
    void everyMethodIsAnswered(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, channel::txSelect);
        peer.attempt(channel, channel::txSelect);
        peer.attempt(channel, channel::txCommit);
        peer.attempt(channel, channel::txRollback);

        peer.expect("tx.select-ok", "tx.select-ok", "tx.commit-ok", "tx.rollback-ok");
    }

    @Case
    void commitNeedsASelect(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, channel::txCommit);

        peer.expect("channel closed: 406 PRECONDITION_FAILED - channel is not transactional [tx.commit]");
    }

    @Case
    void rollbackNeedsASelect(Peer peer) throws Exception {
        Channel channel = peer.channel();

        peer.attempt(channel, channel::txRollback);

        peer.expect("channel closed: 406 PRECONDITION_FAILED - channel is not transactional [tx.rollback]");
    }

    @Case
    void aChannelInConfirmModeCannotBecomeTransactional(Peer peer) throws Exception {
        Channel channel = peer.channel();

        channel.confirmSelect();
        peer.attempt(channel, channel::txSelect);

        peer.expect("channel closed: 406 PRECONDITION_FAILED - cannot switch from confirm to tx mode [tx.select]");
    }

    @Case
    void publishesAreInvisibleUntilTheCommit(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.txSelect();
        peer.publish(channel, "", queue, "m1", "m2");
        peer.observe(channel.messageCount(queue), peer.channel().basicGet(queue, true));
        channel.txCommit();
        peer.observe(channel.basicGet(queue, true), channel.basicGet(queue, true));

        peer.expect("0", "null", "m1", "m2");
    }

    @Case
    void committedMessagesAreThereForOthers(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.sharedQueue(channel, "q");
        Channel other = peer.connect().createChannel();

        channel.txSelect();
        peer.publish(channel, "", queue, "m1");
        channel.txCommit();
        peer.observe(other.basicGet(queue, true));

        peer.expect("m1");
    }

    @Case
    void rollbackForgetsPublishes(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.txSelect();
        peer.publish(channel, "", queue, "forgotten");
        channel.txRollback();
        peer.publish(channel, "", queue, "kept");
        channel.txCommit();
        peer.observe(channel.basicGet(queue, true), channel.basicGet(queue, true));

        peer.expect("kept", "null");
    }

    @Case
    void aClosedChannelForgetsPublishes(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.txSelect();
        peer.publish(channel, "", queue, "forgotten");
        channel.close();
        peer.observe(other.messageCount(queue));

        peer.expect("0");
    }

    @Case
    void aNewTransactionBeginsAfterEachCommit(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.txSelect();
        peer.publish(channel, "", queue, "m1");
        channel.txCommit();
        peer.publish(channel, "", queue, "m2");
        peer.observe(QueueState.awaitReady(channel, queue, 1));
        channel.txRollback();
        peer.observe(QueueState.awaitReady(channel, queue, 1));

        peer.expect("1", "1");
    }

    @Case
    void acksCountFromTheCommitOn(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.publish(channel, "", queue, "m1", "m2");

        channel.txSelect();
        peer.observe(channel.basicGet(queue, false), channel.basicGet(queue, false));
        channel.basicAck(1, false);
        channel.txCommit();
        channel.basicRecover(true);
        peer.observe(channel.basicGet(queue, true), channel.basicGet(queue, true));

        peer.expect("m1", "m2", "m2 redelivered", "null");
    }

    @Case
    void aClosedChannelReturnsWhatWasAckedWithoutACommit(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.publish(channel, "", queue, "m1");

        channel.txSelect();
        peer.observe(channel.basicGet(queue, false));
        channel.basicAck(1, false);
        channel.close();
        QueueState.awaitReady(other, queue, 1);
        peer.observe(other.basicGet(queue, true));

        peer.expect("m1", "m1 redelivered");
    }

    @Case
    void rollbackMakesAcksOutstandingAgain(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.publish(channel, "", queue, "m1");

        channel.txSelect();
        peer.observe(channel.basicGet(queue, false));
        channel.basicAck(1, false);
        channel.txRollback();
        peer.observe(channel.messageCount(queue));
        channel.basicAck(1, false);
        peer.attempt(channel, channel::txCommit);

        peer.expect("m1", "0", "tx.commit-ok");
    }

    @Case
    void rollbackMakesMultipleAcksOutstandingAgain(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.publish(channel, "", queue, "m1", "m2", "m3");

        channel.txSelect();
        peer.observe(channel.basicGet(queue, false), channel.basicGet(queue, false), channel.basicGet(queue, false));
        channel.basicAck(2, true);
        channel.txRollback();
        channel.basicRecover(true);
        peer.observe(channel.basicGet(queue, true), channel.basicGet(queue, true), channel.basicGet(queue, true));

        peer.expect("m1", "m2", "m3", "m1 redelivered", "m2 redelivered", "m3 redelivered");
    }

    @Case("basic.recover leaves what the transaction settled")
    void recoverLeavesWhatTheTransactionSettled(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.publish(channel, "", queue, "m1", "m2", "m3");

        channel.txSelect();
        peer.observe(channel.basicGet(queue, false), channel.basicGet(queue, false), channel.basicGet(queue, false));
        channel.basicAck(1, false);
        channel.basicRecover(true);
        peer.observe(channel.basicGet(queue, true), channel.basicGet(queue, true), channel.basicGet(queue, true));
        channel.txCommit();
        channel.close();
        peer.observe(peer.channel().messageCount(queue));

        peer.expect("m1", "m2", "m3", "m2 redelivered", "m3 redelivered", "null", "0");
    }

    @Case("after basic.recover a rollback makes acks outstanding again")
    void rollbackAfterRecover(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.publish(channel, "", queue, "m1", "m2");

        channel.txSelect();
        peer.observe(channel.basicGet(queue, false), channel.basicGet(queue, false));
        channel.basicAck(1, false);
        channel.basicRecover(true);
        channel.txRollback();
        channel.basicAck(1, false);
        peer.attempt(channel, channel::txCommit);
        peer.observe(channel.basicGet(queue, true), channel.basicGet(queue, true));

        peer.expect("m1", "m2", "tx.commit-ok", "m2 redelivered", "null");
    }

    @Case("after basic.recover a closed channel returns what was acked without a commit")
    void closeAfterRecover(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.publish(channel, "", queue, "m1", "m2");

        channel.txSelect();
        peer.observe(channel.basicGet(queue, false), channel.basicGet(queue, false));
        channel.basicAck(1, false);
        channel.basicRecover(true);
        peer.observe(QueueState.awaitReady(other, queue, 1));
        channel.close();
        QueueState.awaitReady(other, queue, 2);
        peer.observe(other.basicGet(queue, true), other.basicGet(queue, true));

        peer.expect("m1", "m2", "1", "m1 redelivered", "m2 redelivered");
    }

    @Case
    void aSecondAckInTheSameTransactionIsRefused(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.publish(channel, "", queue, "m1");

        channel.txSelect();
        peer.observe(channel.basicGet(queue, false));
        channel.basicAck(1, false);
        peer.attempt(channel, () -> {
            channel.basicAck(1, false);
            return null;
        });

        peer.expect("m1", "channel closed: 406 PRECONDITION_FAILED - unknown delivery tag 1 [basic.ack]");
    }

    @Case
    void anUnknownTagIsRefusedAtOnce(Peer peer) throws Exception {
        Channel channel = peer.channel();

        channel.txSelect();
        peer.attempt(channel, () -> {
            channel.basicAck(1, false);
            return null;
        });

        peer.expect("channel closed: 406 PRECONDITION_FAILED - unknown delivery tag 1 [basic.ack]");
    }

    @Case
    void rejectsAndNacksCountFromTheCommitOn(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.publish(channel, "", queue, "m1", "m2", "m3");

        channel.txSelect();
        peer.observe(channel.basicGet(queue, false), channel.basicGet(queue, false), channel.basicGet(queue, false));
        channel.basicReject(1, true);
        channel.basicNack(2, false, true);
        channel.basicNack(3, false, false);
        peer.observe(channel.messageCount(queue));
        channel.txCommit();
        peer.observe(channel.basicGet(queue, true), channel.basicGet(queue, true), channel.basicGet(queue, true));

        peer.expect("m1", "m2", "m3", "0", "m1 redelivered", "m2 redelivered", "null");
    }

    @Case
    void publishesAndAcksCommitTogether(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        peer.publish(channel, "", queue, "request");

        channel.txSelect();
        peer.observe(channel.basicGet(queue, false));
        peer.publish(channel, "", queue, "answer");
        channel.basicAck(1, false);
        channel.txCommit();
        channel.basicRecover(true);
        peer.observe(channel.basicGet(queue, true), channel.basicGet(queue, true));

        peer.expect("request", "answer", "null");
    }

    @Case
    void unroutableMandatoryMessagesAreReturnedAtTheCommit(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Verdicts verdicts = Verdicts.of(channel);

        channel.txSelect();
        channel.basicPublish("", peer.name("none"), true, new BasicProperties(), new byte[] {'m'});
        channel.exchangeDeclarePassive("amq.direct");
        peer.observe(verdicts.isEmpty());
        channel.txCommit();
        // The return stands before commit-ok, so it is here already.
        peer.observe(verdicts.isEmpty(), verdicts.next());

        peer.expect("true", "false", "returned 312 NO_ROUTE '' 'none': m");
    }

    @Case
    void aRollbackReturnsNothing(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Verdicts verdicts = Verdicts.of(channel);

        channel.txSelect();
        channel.basicPublish("", peer.name("none"), true, new BasicProperties(), new byte[] {'m'});
        channel.txRollback();
        channel.txCommit();
        peer.observe(verdicts.isEmpty());

        peer.expect("true");
    }

    @Case
    void aRefusedPublishClosesTheChannelAtOnceAndForgetsTheTransaction(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.txSelect();
        peer.publish(channel, "", queue, "forgotten");
        peer.attempt(channel, () -> {
            peer.publish(channel, peer.name("none"), "k", "m1");
            return null;
        });
        peer.observe(other.messageCount(queue));

        peer.expect("channel closed: 404 NOT_FOUND - no exchange 'none' in vhost '/' [basic.publish]", "0");
    }

    @Case
    void aMessageIsRoutedWhenItIsPublishedNotWhenItIsCommitted(Peer peer) throws Exception {
        Channel channel = peer.channel();
        String queue = peer.queue(channel, "q");
        String exchange = peer.exchange(channel, "x", "direct");

        channel.txSelect();
        peer.publish(channel, exchange, "k", "before the binding");
        channel.queueBind(queue, exchange, "k");
        peer.publish(channel, exchange, "k", "after it");
        channel.txCommit();
        peer.observe(channel.basicGet(queue, true), channel.basicGet(queue, true));

        peer.expect("after it", "null");
    }

    @Case
    void anotherChannelIsNotTransactional(Peer peer) throws Exception {
        Channel channel = peer.channel();
        Channel other = peer.channel();
        String queue = peer.queue(channel, "q");

        channel.txSelect();
        peer.publish(other, "", queue, "m1");
        peer.observe(QueueState.awaitReady(other, queue, 1));

        peer.expect("1");
    }
}
