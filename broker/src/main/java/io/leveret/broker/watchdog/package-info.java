/** Measures whether event loops are ever kept from turning, and by what. Knows nothing of the broker. */
@NullMarked
package io.leveret.broker.watchdog;

import org.jspecify.annotations.NullMarked;
