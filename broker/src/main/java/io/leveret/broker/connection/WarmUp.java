package io.leveret.broker.connection;

import io.leveret.broker.queue.MemoryBudget;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.settings.LoginSettings;
import io.leveret.broker.settings.LoginSettings.DefaultUser;
import io.leveret.broker.storage.Journal;
import io.leveret.broker.vhost.VirtualHost;
import io.leveret.broker.vhost.Work;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the JVM load and link what serves a client, before the first one comes: else that happens on its event loop, which then does not
 * turn for 20 to 55 ms (measured). A connection in memory to a virtual host of its own does what clients do, on a thread of its own, and
 * what it stores is forgotten at once; no port, no login, no disk and no line in the log knows of it. It never fails a start, and never
 * keeps one waiting for long.
 */
public final class WarmUp {

    private static final Logger log = LoggerFactory.getLogger(WarmUp.class);

    private static final String NAME = "warm-up";
    /** What a start may be longer by. A client that comes sooner than the rest is done finds most of it done. */
    private static final long PATIENCE_MS = 150;

    private final Thread thread = new Thread(WarmUp::run, NAME);

    private WarmUp() {
        thread.setDaemon(true);
    }

    /** Begins, beside whatever else there is to do. */
    public static WarmUp start() {
        WarmUp warmUp = new WarmUp();
        warmUp.thread.start();
        return warmUp;
    }

    /** Until it is done, or takes too long. */
    public void await() {
        try {
            thread.join(PATIENCE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A first client that has to wait a little is no reason not to serve it. */
    private static void run() {
        long began = System.nanoTime();
        try {
            connect();
            log.debug("warmed up in {} ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
        } catch (RuntimeException | Error e) {
            log.warn("Warming up failed; the first clients may wait a little longer", e);
        }
    }

    private static void connect() {
        BrokerSettings settings = settings();
        try (WarmUpSocket socket = new WarmUpSocket(settings, vhost(settings))) {
            new WarmUpScript(settings.network()).bursts(NAME).forEach(socket::write);
        }
        Transport.best().load();
    }

    /** One that takes durable things for durable. */
    static VirtualHost vhost(BrokerSettings settings) {
        return new VirtualHost(
                NAME, settings.deprecatedFeatures(), MemoryBudget.unlimited(), Journal.forgetful(), Work.atOnce());
    }

    /** Those of no configuration, since an unusual one must not end it early. */
    static BrokerSettings settings() {
        BrokerSettings defaults = BrokerSettings.defaults();
        DefaultUser user = new DefaultUser(NAME, NAME, List.of(), ".*", ".*", ".*");
        LoginSettings login = new LoginSettings(List.of("PLAIN"), NAME, NAME, Set.of(NAME), user, NAME);
        return new BrokerSettings(
                defaults.network(),
                defaults.limits(),
                defaults.storage(),
                login,
                defaults.identity(),
                defaults.deprecatedFeatures());
    }
}
