/** Queues: monitors that hold entries in order and hand them to consumers. Knows no sockets and no protocol methods. */
@NullMarked
package io.leveret.broker.queue;

import org.jspecify.annotations.NullMarked;
