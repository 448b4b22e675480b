package io.leveret.broker.vhost;

import io.leveret.broker.message.Message;
import io.leveret.broker.storage.JournalWriter;

/**
 * Writes down what a durable {@code x-recent-history} exchange keeps, in the catalog: as many entries as it has places, each
 * message in the one of the message that it drives out. For any thread: the writer, which all exchanges of a virtual host share,
 * is its lock.
 */
final class HistoryLog {

    private final String exchange;
    private final JournalWriter writer;

    HistoryLog(String exchange, JournalWriter writer) {
        this.exchange = exchange;
        this.writer = writer;
    }

    /** Never waits for the disk. */
    void write(long place, long number, Message message) {
        byte[] key = CatalogCodec.historyKey(exchange, place);
        byte[] value = CatalogCodec.historyValue(number, message);
        synchronized (writer) {
            writer.batch().catalog(key, value);
            writer.append();
            writer.brought();
        }
    }
}
