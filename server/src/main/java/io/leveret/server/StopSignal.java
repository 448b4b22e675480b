package io.leveret.server;

import java.util.concurrent.CountDownLatch;

/** The operator's wish to stop. Any thread may express or await it; it never ends the process itself. */
final class StopSignal {

    private final CountDownLatch asked = new CountDownLatch(1);

    void ask() {
        asked.countDown();
    }

    void await() throws InterruptedException {
        asked.await();
    }
}
