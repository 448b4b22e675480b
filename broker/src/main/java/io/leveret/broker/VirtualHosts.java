package io.leveret.broker;

import io.leveret.broker.storage.Journal;
import io.leveret.broker.vhost.VirtualHost;
import io.leveret.persistence.log.StoreFailedException;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The virtual hosts of a broker. One whose store fails goes down alone: its connections are closed, it is opened again with all
 * that was confirmed, and until that works nobody can open it. May be used from any thread.
 */
final class VirtualHosts {

    private static final Logger log = LoggerFactory.getLogger(VirtualHosts.class);

    private static final long FIRST_RETRY_MS = 1_000;
    private static final long LAST_RETRY_MS = 60_000;

    private final Map<String, VirtualHost> open = new ConcurrentHashMap<>();

    /** Those that are down, until they are open again: no store may be opened twice. */
    private final Set<String> restarting = ConcurrentHashMap.newKeySet();

    private final Opener opener;
    private final Closer closer;
    private final Executor background;
    private final Timer timer;

    /** Opens a virtual host with all that its store has. */
    interface Opener {

        /**
         * @param onFailure called, once and from any thread, when its store can't be relied on any more
         * @throws IOException if its store can't be read; the message names what is wrong
         */
        VirtualHost open(String name, Consumer<Journal> onFailure) throws IOException;
    }

    /** Ends what a virtual host that failed was used for, and lets go of its files. Blocks. */
    interface Closer {

        void close(VirtualHost failed, Journal journal);
    }

    /** Runs something later, on a thread that must not be blocked. */
    interface Timer {

        void schedule(Runnable task, long delayMs);
    }

    /** @param background does what takes long, one thing after the other */
    VirtualHosts(Opener opener, Closer closer, Executor background, Timer timer) {
        this.opener = opener;
        this.closer = closer;
        this.background = background;
        this.timer = timer;
    }

    /** Such that none ever fails, since nothing is stored. */
    VirtualHosts(Opener opener) {
        this(opener, (failed, journal) -> {}, Runnable::run, (task, delayMs) -> {});
    }

    @Nullable
    VirtualHost find(String name) {
        return open.get(name);
    }

    Collection<VirtualHost> all() {
        return open.values();
    }

    /** @throws IOException if its store can't be read; the message names what is wrong */
    VirtualHost open(String name) throws IOException {
        VirtualHost opened = opener.open(name, journal -> background.execute(() -> restart(name, journal)));
        VirtualHost before = open.put(name, opened);
        if (before != null && before.tracing().isOn()) {
            opened.tracing().on();
        }
        Journal journal = opened.journal();
        if (journal != null && journal.isOver()) {
            // It was not here yet when it failed.
            background.execute(() -> restart(name, journal));
        }
        return opened;
    }

    private void restart(String name, Journal failed) {
        VirtualHost vhost = open.get(name);
        if (vhost == null || vhost.journal() != failed || !restarting.add(name)) {
            return;
        }
        log.error("Virtual host is down, since its store failed; opening it again vhost={}", name);
        try {
            closer.close(vhost, failed);
        } catch (RuntimeException e) {
            log.error("Closing a virtual host that failed went wrong, going on vhost={}", name, e);
        }
        reopen(name, FIRST_RETRY_MS);
    }

    private void reopen(String name, long retryMs) {
        try {
            VirtualHost opened = open(name);
            restarting.remove(name);
            log.info("Virtual host is up again, with all that was confirmed {}", opened.summary());
        } catch (IOException e) {
            log.error(
                    "Opening a virtual host again failed, next attempt in {} ms vhost={}: {}",
                    retryMs,
                    name,
                    e.toString());
            reopenLater(name, retryMs);
        } catch (RuntimeException | Error e) {
            log.error("Opening a virtual host again failed, next attempt in {} ms vhost={}", retryMs, name, e);
            reopenLater(name, retryMs);
        }
    }

    private void reopenLater(String name, long retryMs) {
        long nextMs = Math.min(2 * retryMs, LAST_RETRY_MS);
        timer.schedule(() -> background.execute(() -> reopen(name, nextMs)), retryMs);
    }

    /** Has each record how far its queues have been delivered. */
    void recordDelivered() {
        recordDelivered(VirtualHost::recordDelivered);
    }

    /** Likewise each whose disk keeps up with that. */
    void markDelivered() {
        recordDelivered(VirtualHost::markDelivered);
    }

    private void recordDelivered(Consumer<VirtualHost> recording) {
        for (VirtualHost vhost : open.values()) {
            try {
                recording.accept(vhost);
            } catch (StoreFailedException e) {
                log.debug("Not recorded how far queues have been delivered vhost={}", vhost.name(), e);
            } catch (RuntimeException | Error e) {
                // The others are recorded all the same.
                log.error("Recording how far queues have been delivered failed vhost={}", vhost.name(), e);
            }
        }
    }
}
