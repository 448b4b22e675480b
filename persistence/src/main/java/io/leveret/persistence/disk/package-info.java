/** The files that a store stands on, and nothing else: so that tests can put a disk there that forgets, tears and fails. */
@NullMarked
package io.leveret.persistence.disk;

import org.jspecify.annotations.NullMarked;
