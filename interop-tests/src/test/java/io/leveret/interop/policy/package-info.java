/** Policies and operator policies: what they may say, whom they hold for, what they do. */
@NullMarked
package io.leveret.interop.policy;

import org.jspecify.annotations.NullMarked;
