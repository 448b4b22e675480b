/** {@code rabbitmq.conf}: reading it, knowing its keys, and turning what was set into {@link ServerSettings}. */
@NullMarked
package io.leveret.server.config;

import org.jspecify.annotations.NullMarked;
