/** Where messages go that are not to survive a restart, while memory is short. */
@NullMarked
package io.leveret.broker.spill;

import org.jspecify.annotations.NullMarked;
