/** Looks into stopped stores: what is wrong with one, and what can be saved of it. */
@NullMarked
package io.leveret.persistence.inspect;

import org.jspecify.annotations.NullMarked;
