package io.leveret.broker.connection;

import io.leveret.broker.alarm.Alarms;
import io.leveret.broker.alarm.HeapUse;
import io.leveret.broker.auth.Authenticator;
import io.leveret.broker.event.Events;
import io.leveret.broker.settings.BrokerSettings;
import io.leveret.broker.vhost.VirtualHost;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * What all connections of a broker share.
 *
 * @param vhosts finds a virtual host by name; null if there is none
 * @param events where it is told what happens
 * @param nanoClock the time, as {@link System#nanoTime} tells it
 * @param log where it is told that connections come and go
 */
record ServerContext(
        BrokerSettings settings,
        Authenticator authenticator,
        Function<String, @Nullable VirtualHost> vhosts,
        Peers peers,
        Alarms alarms,
        HeapUse heapUse,
        Events events,
        LongSupplier nanoClock,
        Logger log) {}
