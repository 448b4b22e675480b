package io.leveret.amqp;

import io.leveret.amqp.method.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Values of every kind that the codec carries, from a seed. */
public final class RandomValues {

    private static final String ALPHABET = "abcXYZ019.-_ /\u00e9\u4e16\u20ac";

    private final Random random;

    public RandomValues(long seed) {
        this.random = new Random(seed);
    }

    public Random random() {
        return random;
    }

    /** All methods that there are. */
    public static List<Class<?>> methodTypes() {
        return Arrays.stream(Method.class.getPermittedSubclasses())
                .flatMap(type -> Arrays.stream(type.getPermittedSubclasses()))
                .toList();
    }

    public Method method() {
        List<Class<?>> types = methodTypes();
        return method(types.get(random.nextInt(types.size())));
    }

    /** A method with each component within what its place on the wire holds. */
    public Method method(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Object[] arguments = Arrays.stream(components).map(this::component).toArray();
        try {
            return (Method) type.getDeclaredConstructor(types).newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("cannot make a " + type, e);
        }
    }

    private Object component(RecordComponent component) {
        String name = component.getName();
        Class<?> type = component.getType();
        if (type == String.class) {
            return shortText();
        } else if (type == boolean.class) {
            return random.nextBoolean();
        } else if (type == int.class) {
            return random.nextInt(name.startsWith("version") ? 1 << 8 : 1 << 16);
        } else if (type == long.class) {
            return name.equals("deliveryTag") ? random.nextLong() : random.nextLong() & 0xFFFF_FFFFL;
        } else if (type == byte[].class) {
            return bytes(60);
        } else if (type == FieldTable.class) {
            return table();
        }
        throw new AssertionError("no random value for " + component);
    }

    /** Never more than a short string holds: 85 characters of up to 3 bytes. */
    public String shortText() {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(86); left > 0; left--) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    public byte[] bytes(int maxLength) {
        byte[] bytes = new byte[random.nextInt(maxLength + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    public FieldTable table() {
        return table(2);
    }

    private FieldTable table(int depth) {
        FieldTable.Builder table = FieldTable.builder();
        for (int left = random.nextInt(6); left > 0; left--) {
            table.put(shortText(), value(depth));
        }
        return table.build();
    }

    private FieldValue value(int depth) {
        FieldType[] types = FieldType.values();
        FieldType type = types[random.nextInt(types.length)];
        boolean nested = type == FieldType.TABLE || type == FieldType.ARRAY;
        return nested && depth == 0 ? FieldValue.of(shortText()) : value(type, depth - 1);
    }

    public FieldValue value(FieldType type, int depth) {
        return switch (type) {
            case LONG_STRING -> new FieldValue.LongString(bytes(60));
            case INT8 -> new FieldValue.Int8((byte) random.nextInt());
            case UINT8 -> new FieldValue.UInt8(random.nextInt(1 << 8));
            case INT16 -> new FieldValue.Int16((short) random.nextInt());
            case UINT16 -> new FieldValue.UInt16(random.nextInt(1 << 16));
            case INT32 -> new FieldValue.Int32(random.nextInt());
            case UINT32 -> new FieldValue.UInt32(random.nextLong() & 0xFFFF_FFFFL);
            case INT64 -> new FieldValue.Int64(random.nextLong());
            case FLOAT32 -> new FieldValue.Float32(random.nextFloat());
            case FLOAT64 -> new FieldValue.Float64(random.nextDouble());
            case DECIMAL -> new FieldValue.Decimal(random.nextInt(1 << 8), random.nextLong() & 0xFFFF_FFFFL);
            case TIMESTAMP -> new FieldValue.Timestamp(random.nextLong());
            case BOOL -> new FieldValue.Bool(random.nextBoolean());
            case TABLE -> new FieldValue.Table(table(depth));
            case ARRAY -> new FieldValue.Array(values(depth));
            case BYTES -> new FieldValue.Bytes(bytes(50));
            case VOID -> new FieldValue.Void();
        };
    }

    private List<FieldValue> values(int depth) {
        List<FieldValue> values = new ArrayList<>();
        for (int left = random.nextInt(5); left > 0; left--) {
            values.add(value(depth));
        }
        return values;
    }

    /** Any subset of the fourteen properties. */
    public BasicProperties properties() {
        BasicProperties.Builder properties = BasicProperties.builder();
        sometimes(() -> properties.contentType(shortText()));
        sometimes(() -> properties.contentEncoding(shortText()));
        sometimes(() -> properties.headers(table()));
        sometimes(() -> properties.deliveryMode(random.nextInt(256)));
        sometimes(() -> properties.priority(random.nextInt(256)));
        sometimes(() -> properties.correlationId(shortText()));
        sometimes(() -> properties.replyTo(shortText()));
        sometimes(() -> properties.expiration(shortText()));
        sometimes(() -> properties.messageId(shortText()));
        sometimes(() -> properties.timestamp(random.nextLong()));
        sometimes(() -> properties.type(shortText()));
        sometimes(() -> properties.userId(shortText()));
        sometimes(() -> properties.appId(shortText()));
        sometimes(() -> properties.clusterId(shortText()));
        return properties.build();
    }

    private void sometimes(Runnable step) {
        if (random.nextBoolean()) {
            step.run();
        }
    }
}
