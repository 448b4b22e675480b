/** What the disk alone can do, to hold the broker against. */
@NullMarked
package io.leveret.bench.disk;

import org.jspecify.annotations.NullMarked;
