/** How the programs of the benchmarks print what they measured. */
@NullMarked
package io.leveret.bench.figures;

import org.jspecify.annotations.NullMarked;
