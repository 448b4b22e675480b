package io.leveret.broker.transaction;

import io.leveret.broker.message.Message;
import io.leveret.broker.transaction.Arrival.Half;
import org.jspecify.annotations.Nullable;

/**
 * What one exchange has of what is bounded for all: half messages, decisions that are not carried out, and memory. Guarded by its {@link
 * TransactionalMessages}.
 */
final class Share {

    private final Transactions all;

    /** Of messages that came, with entries of which it is not read yet what they are. */
    private long halves;

    private long orders;

    /** No publisher waits for the decisions. */
    private boolean isStanding;

    private long heldBytes;
    private long openBytes;
    private long rememberedBytes;
    private long readBytes;

    Share(Transactions all) {
        this.all = all;
    }

    long halves() {
        return halves;
    }

    /** The store has so many entries. */
    void expect(long entries) {
        halves += entries;
        all.takePlaces(entries);
    }

    /** One of them is read, and is a decision. */
    void isOrder() {
        freeHalves(1);
        changeOrders(1);
    }

    /** Something came; a half message has a place already. */
    void came(Arrival arrival) {
        if (arrival instanceof Half half) {
            halves++;
            hold(half.message(), 1);
        } else {
            changeOrders(1);
        }
    }

    /** It means nothing. */
    void left(Arrival arrival) {
        if (arrival instanceof Half half) {
            freeHalves(1);
            hold(half.message(), -1);
        } else {
            changeOrders(-1);
        }
    }

    /** A transaction is carried out. */
    void left(OpenTransaction transaction) {
        freeHalves(transaction.halves());
        putOff(transaction);
        if (transaction.messages() != null) {
            changeHeld(-transaction.bytes() - (long) transaction.halves() * OpenTransaction.MESSAGE_BYTES);
        }
    }

    /** Counts what an exchange's table takes of the heap now, without bodies. */
    void count(TransactionTable table) {
        count(table.openBytes(), table.rememberedBytes());
    }

    private void count(long open, long remembered) {
        if (open != openBytes) {
            all.budget().addFixed(open - openBytes);
            openBytes = open;
        }
        if (remembered != rememberedBytes) {
            all.changeRemembered(remembered - rememberedBytes);
            rememberedBytes = remembered;
        }
    }

    /** So much is read from the log now, to be carried out. */
    void reads(long bytes) {
        if (bytes != readBytes) {
            all.budget().add(bytes - readBytes);
            readBytes = bytes;
        }
    }

    /** Its decision can't be carried out now, for whatever reason, which may stay so: no publisher waits for it any more. */
    void putOff(OpenTransaction transaction) {
        if (!transaction.isPutOff) {
            transaction.isPutOff = true;
            changeOrders(-1);
        }
    }

    /** All is given back. Returns how many half messages there were. */
    long end() {
        long left = halves;
        freeHalves(halves);
        changeOrders(-orders);
        changeHeld(-heldBytes);
        count(0, 0);
        return left;
    }

    private void hold(@Nullable Message message, int sign) {
        if (message != null) {
            changeHeld(sign * (OpenTransaction.MESSAGE_BYTES + (long) message.heapBytes()));
        }
    }

    private void freeHalves(long count) {
        halves -= count;
        all.freePlaces(count);
    }

    private void changeOrders(long by) {
        orders += by;
        if (!isStanding) {
            all.changeOrders(by);
        }
    }

    /** Nothing can be gone on with here, which may stay so: those who publish elsewhere must not wait for it. */
    void standStill(boolean stands) {
        if (stands != isStanding) {
            isStanding = stands;
            all.changeOrders(stands ? -orders : orders);
        }
    }

    /** Whether there is room for one more decision. While it stands still nobody else holds back who sends them. */
    boolean mayTakeOrder() {
        return !isStanding || orders < all.bounds().orders();
    }

    private void changeHeld(long bytes) {
        heldBytes += bytes;
        all.budget().addFixed(bytes);
    }
}
