package redoubt.index;

/// What an entry is found by. Of the first ones there are few values, each in many entries; of the
/// others there are nearly as many as entries. The number is what the database holds.
enum Kind {
    TYPE(1),
    PERSON(2),
    MODEL(3),
    ADAPTER(4),
    TOOL(5),
    REQUEST(6),
    HASH(7),
    REFERS_TO(8);

    private final int number;

    Kind(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
