/** Regular expressions over names, as operators write them for RabbitMQ: their syntax, their bounds, their matching. Pure. */
@NullMarked
package io.leveret.broker.pattern;

import org.jspecify.annotations.NullMarked;
