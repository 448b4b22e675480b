/** Microbenchmarks of the parts that every message crosses. Run by {@code bench/jmh}. */
@NullMarked
package io.leveret.bench.jmh;

import org.jspecify.annotations.NullMarked;
