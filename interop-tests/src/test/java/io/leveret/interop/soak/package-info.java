/**
 * Loads that would show a leak, a quadratic cost or a client that harms others, against a Leveret in a JVM of its own. A
 * plain run takes a part of each load; {@code -Dsoak.full=true} takes it whole.
 */
@NullMarked
package io.leveret.interop.soak;

import org.jspecify.annotations.NullMarked;
