package io.leveret.broker.policy;

import io.leveret.amqp.FieldValue;

/** Which of two values holds where two sources name the same setting: RabbitMQ's rules. Pure. */
enum Merge {
    /** What was said first: by the user against the operator, by the policy against the argument. */
    FIRST {
        @Override
        FieldValue of(FieldValue first, FieldValue second) {
            return first;
        }
    },
    /** What was said second: by the operator against the user, by the argument against the policy. */
    SECOND {
        @Override
        FieldValue of(FieldValue first, FieldValue second) {
            return second;
        }
    },
    MIN {
        @Override
        FieldValue of(FieldValue first, FieldValue second) {
            return isBelow(second, first) ? second : first;
        }
    },
    MAX {
        @Override
        FieldValue of(FieldValue first, FieldValue second) {
            return isBelow(first, second) ? second : first;
        }
    },
    /** The smaller limit; but where one is negative, and so no limit, the larger number. */
    DELIVERY_LIMIT {
        @Override
        FieldValue of(FieldValue first, FieldValue second) {
            return (isNegative(first) || isNegative(second) ? MAX : MIN).of(first, second);
        }
    };

    abstract FieldValue of(FieldValue first, FieldValue second);

    /** An argument that RabbitMQ does not check may be no number: it counts as above every number, as in Erlang. */
    private static boolean isBelow(FieldValue one, FieldValue other) {
        return one.isInteger() && (!other.isInteger() || one.longValue() < other.longValue());
    }

    private static boolean isNegative(FieldValue value) {
        return value.isInteger() && value.longValue() < 0;
    }
}
