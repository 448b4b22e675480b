package io.leveret.interop.crash;

import com.rabbitmq.client.Channel;
import io.leveret.interop.crash.ConfirmedChannel.Route;
import io.leveret.interop.crash.Event.AckedInTx;
import io.leveret.interop.crash.Event.Committed;
import io.leveret.interop.crash.Event.Committing;
import io.leveret.interop.crash.Event.Published;
import io.leveret.interop.crash.Event.RejectedInTx;
import io.leveret.interop.crash.History.Recording;
import java.io.IOException;
import java.util.List;

/** A channel in tx mode; what its transactions publish, ack and commit is recorded. Used by one thread. */
final class TxChannel {

    private final Channel channel;
    private final Ledger ledger;
    private final Recording recording;
    private final int publisher;
    private int number;
    private int tx;

    TxChannel(Channel channel, Ledger ledger, Recording recording) throws IOException {
        this.channel = channel;
        this.ledger = ledger;
        this.recording = recording;
        this.publisher = ledger.nextPublisher();
        this.tx = ledger.nextTx();
        channel.txSelect();
    }

    Channel channel() {
        return channel;
    }

    /** A new persistent message. */
    void publish(String queue, int bytes) throws IOException {
        send(new Message(nextKey(), true, List.of(queue), tx), queue, bytes);
    }

    /** A message that was delivered; its ack is another part of the transaction. */
    void publishAgain(MessageKey key, boolean persistent, String to, int bytes) throws IOException {
        send(Message.moved(key, persistent, to, tx, nextKey()), to, bytes);
    }

    /** To be called before the ack is sent. */
    void acking(Entry entry) {
        recording.add(new AckedInTx(entry, tx));
    }

    /** To be called before the reject is sent, of what was delivered at that stage of its circuit. */
    void rejecting(Entry entry, int stage) {
        recording.add(new RejectedInTx(entry, stage, tx, History.nowMs()));
    }

    void commit() throws IOException {
        recording.add(new Committing(tx));
        channel.txCommit();
        recording.add(new Committed(tx));
        tx = ledger.nextTx();
    }

    void rollback() throws IOException {
        channel.txRollback();
        tx = ledger.nextTx();
    }

    private void send(Message message, String queue, int bytes) throws IOException {
        recording.add(new Published(message));
        Content.publish(channel, Route.toQueue(queue), message, bytes);
    }

    private MessageKey nextKey() {
        return new MessageKey(publisher, number++);
    }
}
