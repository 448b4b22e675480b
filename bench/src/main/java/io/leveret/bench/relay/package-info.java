/** What the machine alone can do: messages through sockets, threads and a file, with no broker between. */
@NullMarked
package io.leveret.bench.relay;

import org.jspecify.annotations.NullMarked;
