@NullMarked
package io.leveret.amqp;

import org.jspecify.annotations.NullMarked;
