package redoubt.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/// A server under measurement, with a session for each of the people who ask it. Both servers are
/// asked by this same code.
final class Target implements AutoCloseable {
    private final String name;
    private final String model;
    private final List<Session> people = new ArrayList<>();

    /// @param tokens bearer tokens, one a person
    static Target redoubt(String base, SSLContext tls, String model, List<String> tokens) {
        Target target = new Target("Redoubt", model);
        tokens.forEach(token -> target.people.add(new Session(base, token, tls, model)));
        return target;
    }

    static Target peer(String base, String model, int people) {
        Target target = new Target("llama-server", model);
        for (int i = 0; i < people; i++) {
            target.people.add(new Session(base, null, null, model));
        }
        return target;
    }

    private Target(String name, String model) {
        this.name = name;
        this.model = model;
    }

    String name() {
        return name;
    }

    String model() {
        return model;
    }

    /// The session of one person; it keeps its connection between requests.
    Session person(int number) {
        return people.get(number);
    }

    /// A second session of the same person, as another window would be.
    Session again(int number) throws IOException, InterruptedException {
        return people.get(number).another();
    }

    /// Has every connection open, so that none is opened in what is measured.
    void connect(int count) throws IOException, InterruptedException {
        for (int i = 0; i < count; i++) {
            people.get(i).connect();
        }
    }

    @Override
    public void close() {
        people.forEach(Session::close);
    }
}
