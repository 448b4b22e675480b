package io.leveret.amqp;

/** The types of a field table's values: the tag that marks each on the wire, and RabbitMQ's name for it in reply texts. */
public enum FieldType {
    LONG_STRING('S', "longstr", false),
    INT8('b', "byte", true),
    UINT8('B', "unsignedbyte", true),
    INT16('s', "short", true),
    UINT16('u', "unsignedshort", true),
    INT32('I', "signedint", true),
    UINT32('i', "unsignedint", true),
    INT64('l', "long", true),
    FLOAT32('f', "float", false),
    FLOAT64('d', "double", false),
    DECIMAL('D', "decimal", false),
    TIMESTAMP('T', "timestamp", false),
    BOOL('t', "bool", false),
    TABLE('F', "table", false),
    ARRAY('A', "array", false),
    BYTES('x', "binary", false),
    VOID('V', "void", false);

    private final byte tag;
    private final String typeName;
    private final boolean integer;

    FieldType(char tag, String typeName, boolean integer) {
        this.tag = (byte) tag;
        this.typeName = typeName;
        this.integer = integer;
    }

    public byte tag() {
        return tag;
    }

    public String typeName() {
        return typeName;
    }

    public boolean integer() {
        return integer;
    }
}
