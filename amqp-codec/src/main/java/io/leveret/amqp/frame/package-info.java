/** Frames: found in a connection's bytes, and written behind what a buffer holds. Knows methods, which know nothing of it. */
@NullMarked
package io.leveret.amqp.frame;

import org.jspecify.annotations.NullMarked;
