/** A small AMQP client that can do what no honest client does: send octets that break the protocol. */
@NullMarked
package io.leveret.interop.raw;

import org.jspecify.annotations.NullMarked;
