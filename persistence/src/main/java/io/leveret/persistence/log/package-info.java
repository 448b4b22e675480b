/** The message log: segments of batches, appended in groups, forced, read from the start to the tail. */
@NullMarked
package io.leveret.persistence.log;

import org.jspecify.annotations.NullMarked;
