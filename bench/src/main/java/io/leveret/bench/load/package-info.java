/** The load generator: publishes made ahead as bytes, deliveries counted without decoding them, so that the broker gets the processor. */
@NullMarked
package io.leveret.bench.load;

import org.jspecify.annotations.NullMarked;
