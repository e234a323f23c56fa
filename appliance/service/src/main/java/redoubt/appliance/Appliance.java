package redoubt.appliance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import redoubt.appliance.engines.EngineState;
import redoubt.appliance.http.Server;
import redoubt.appliance.site.Durable;
import redoubt.appliance.site.Home;
import redoubt.appliance.site.HomeLock;
import redoubt.appliance.site.HomeUse;
import redoubt.appliance.site.Secrets;
import redoubt.appliance.site.SiteCertificate;
import redoubt.appliance.site.SiteException;
import redoubt.foreign.posix.FilterInstalled;
import redoubt.foreign.posix.PosixException;
import redoubt.foreign.posix.SystemCallFilter;

/// The running service. Starts in this order, and stops in the other: the port is free, the home is
/// ours, the listener is open, the seal has taken hold, then everything else; nothing is answered
/// before the record is open.
public final class Appliance implements AutoCloseable {
    public static final String FIRST_ADMINISTRATOR = "admin";

    private final Home home;
    private final HomeLock lock;
    private final Server server;
    private final Services services;
    private final String address;
    private final Consumer<String> progress;

    /// How it was asked to run.
    public record Options(
            Path home,
            String bind,
            int port,
            Path model,
            Path nativeDir,
            int connectionsOfOneAddress,
            Optional<String> adminPassword) {}

    private Appliance(
            Home home,
            HomeLock lock,
            Server server,
            Services services,
            String address,
            Consumer<String> progress) {
        this.home = home;
        this.lock = lock;
        this.server = server;
        this.services = services;
        this.address = address;
        this.progress = progress;
    }

    public static Appliance start(Options options, Consumer<String> progress) throws SiteException {
        InstantSource clock = InstantSource.system();
        refuseTakenPort(options);
        Home home = Home.open(options.home());
        HomeLock lock = HomeLock.take(options.home(), HomeUse.SERVE);
        Server server = null;
        boolean started = false;
        try {
            SiteCertificate certificate =
                    SiteCertificate.openOrCreate(home.tls(), options.bind(), clock.instant());
            server =
                    Server.open(
                            options.bind(),
                            options.port(),
                            certificate.context(),
                            options.connectionsOfOneAddress());
            String address = "https://" + reachable(options.bind()) + ":" + server.port();
            FilterInstalled filter = seal();
            progress.accept(filter.sentence());
            Services services =
                    Services.open(
                            new Services.Given(
                                    options,
                                    home,
                                    address + "/",
                                    certificate.expiry(),
                                    filter.sentence(),
                                    clock,
                                    progress));
            String token = Secrets.token();
            services.serve(server, token);
            writeRunFiles(home, address, token);
            started = true;
            return new Appliance(home, lock, server, services, address + "/", progress);
        } finally {
            if (!started) giveUp(server, lock);
        }
    }

    private static void giveUp(@org.jspecify.annotations.Nullable Server server, HomeLock lock)
            throws SiteException {
        if (server != null) server.close();
        try {
            lock.close();
        } catch (IOException failure) {
            throw new SiteException(
                    SiteException.SITE, "The lock on the home could not be given back.", failure);
        }
    }

    private static void refuseTakenPort(Options options) throws SiteException {
        if (options.port() == 0) return;
        try (ServerSocket attempt = new ServerSocket()) {
            attempt.setReuseAddress(true);
            attempt.bind(
                    new InetSocketAddress(InetAddress.getByName(options.bind()), options.port()));
        } catch (UnknownHostException unknown) {
            throw new SiteException(
                    SiteException.ADDRESS,
                    "--bind %s is not an address of this host. Nothing was started or changed. Give one, such as 127.0.0.1."
                            .formatted(options.bind()),
                    unknown);
        } catch (IOException taken) {
            // Started twice by mistake: then the other holds both, and its name helps more.
            if (Files.isDirectory(options.home()))
                giveUp(null, HomeLock.take(options.home(), HomeUse.SERVE));
            throw new SiteException(
                    SiteException.ADDRESS,
                    "The address %s:%d cannot be opened: %s. Nothing was started or changed. Probably another program has the port; stop it, or give another --port."
                            .formatted(options.bind(), options.port(), taken.getMessage()),
                    taken);
        }
    }

    private static FilterInstalled seal() throws SiteException {
        try {
            return SystemCallFilter.gateway().install();
        } catch (PosixException notSealed) {
            throw new SiteException(
                    SiteException.SEAL, String.valueOf(notSealed.getMessage()), notSealed);
        }
    }

    private static String reachable(String bind) {
        if (bind.matches("[0.]+")) return "127.0.0.1";
        if (bind.matches("[0:]+")) return "[::1]";
        return bind.contains(":") ? "[" + bind + "]" : bind;
    }

    private static void writeRunFiles(Home home, String address, String token)
            throws SiteException {
        try {
            Durable.folder(home.run());
            write(home, "console.token", token);
            write(home, "address", address);
            write(home, "pid", String.valueOf(ProcessHandle.current().pid()));
        } catch (IOException failure) {
            throw new SiteException(
                    SiteException.SITE,
                    "%s cannot be written: %s. The commands at this host would not find the appliance. Check the disk."
                            .formatted(home.run(), failure.getMessage()),
                    failure);
        }
    }

    private static void write(Home home, String name, String text) throws IOException {
        Durable.writeLazily(
                home.run().resolve(name), (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /// Waits until the model answers or was refused.
    public void awaitModel() throws InterruptedException {
        services.engines().awaitFirstOutcome();
    }

    /// Begins to make this process quick, in the background, before somebody waits for it.
    public void warmUp() {
        services.warmUp();
    }

    public String address() {
        return address;
    }

    /// The first administrator's generated password, if this start made one.
    public Optional<String> firstPassword() {
        return services.firstPassword();
    }

    public String modelState() {
        return services.engines().state() instanceof EngineState.Ready ? "ready" : "degraded";
    }

    public String modelSentence() {
        return services.engines().state().sentence();
    }

    /// Stops in order: nothing new, answers under way are sealed, engine, listener, record.
    @Override
    public void close() {
        Instant begun = Instant.now();
        server.refuseNew();
        try {
            services.close();
        } finally {
            server.close();
            for (String name : new String[] {"pid", "address", "console.token"}) remove(name);
            try {
                lock.close();
            } catch (IOException failure) {
                progress.accept("The lock could not be given back: " + failure.getMessage());
            }
        }
        progress.accept(
                "Stopped in order after %d ms."
                        .formatted(java.time.Duration.between(begun, Instant.now()).toMillis()));
    }

    private void remove(String name) {
        try {
            Files.deleteIfExists(home.run().resolve(name));
        } catch (IOException failure) {
            progress.accept("run/%s stays behind: %s".formatted(name, failure.getMessage()));
        }
    }
}
