/** What an operator can set: plain values with RabbitMQ's defaults. Reading them from a file is the server's business. */
@NullMarked
package io.leveret.broker.settings;

import org.jspecify.annotations.NullMarked;
