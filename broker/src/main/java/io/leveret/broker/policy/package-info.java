/** Policies and runtime parameters: what they may say, whom they hold for, and what they add up to. Pure, no locks. */
@NullMarked
package io.leveret.broker.policy;

import org.jspecify.annotations.NullMarked;
