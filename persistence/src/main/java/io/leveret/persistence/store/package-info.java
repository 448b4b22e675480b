/** A virtual host's store: log, indexes and checkpoints as one, from recovery to compaction. */
@NullMarked
package io.leveret.persistence.store;

import org.jspecify.annotations.NullMarked;
