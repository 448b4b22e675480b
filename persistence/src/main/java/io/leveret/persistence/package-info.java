/** Where everything in a store has its name: {@link Position}. */
@NullMarked
package io.leveret.persistence;

import org.jspecify.annotations.NullMarked;
