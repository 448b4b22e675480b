package io.leveret.server.config;

import io.leveret.broker.settings.BrokerSettings;
import io.leveret.server.log.LogSettings;
import java.time.Duration;

/**
 * All that an operator set, checked. Immutable.
 *
 * @param shutdownTimeout how long a stop may take before it is forced
 */
public record ServerSettings(BrokerSettings broker, LogSettings log, Duration shutdownTimeout) {}
