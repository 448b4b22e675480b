/** Two builds, or two kinds of queue, beside each other in one JVM. */
@NullMarked
package io.leveret.bench.pair;

import org.jspecify.annotations.NullMarked;
