/** The differential suite: one piece of code for each case, run against Leveret and a real RabbitMQ, and what both answer. */
@NullMarked
package io.leveret.interop;

import org.jspecify.annotations.NullMarked;
