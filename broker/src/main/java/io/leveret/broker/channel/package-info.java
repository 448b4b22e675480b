/** Channels: what a client's methods do. Each belongs to the event loop of its connection. */
@NullMarked
package io.leveret.broker.channel;

import org.jspecify.annotations.NullMarked;
