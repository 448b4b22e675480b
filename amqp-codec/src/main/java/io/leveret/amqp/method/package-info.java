@NullMarked
package io.leveret.amqp.method;

import org.jspecify.annotations.NullMarked;
