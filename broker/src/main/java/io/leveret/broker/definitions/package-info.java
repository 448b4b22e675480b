/** RabbitMQ's definitions: the JSON that says what a broker has, read with the place of what is wrong in it, and written. */
@NullMarked
package io.leveret.broker.definitions;

import org.jspecify.annotations.NullMarked;
