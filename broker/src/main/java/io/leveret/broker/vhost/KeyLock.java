package io.leveret.broker.vhost;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.ReentrantLock;

/** The lock of the keys by which a virtual host knows duplicates; see {@link KeyHold}. Taken before any other lock. */
final class KeyLock {

    final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private boolean lost;

    /** What had taken keys could not be written down: who finds one of them taken must not rely on it. The virtual host goes down. */
    void lose() {
        lock.lock();
        try {
            lost = true;
        } finally {
            lock.unlock();
        }
    }

    boolean isLost() {
        lock.lock();
        try {
            return lost;
        } finally {
            lock.unlock();
        }
    }
}
