/** Cases about connections and channels: handshake, tuning, heartbeats, closing, and what breaks the protocol. */
@NullMarked
package io.leveret.interop.connection;

import org.jspecify.annotations.NullMarked;
