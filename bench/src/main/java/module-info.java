/// The whole of Redoubt measured from outside, beside llama.cpp's own programs.
@org.jspecify.annotations.NullMarked
module redoubt.bench {
    requires static transitive org.jspecify;
    requires redoubt.hardware;
    requires com.fasterxml.jackson.databind;
    requires java.net.http;
}
