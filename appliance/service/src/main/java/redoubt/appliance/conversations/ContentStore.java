package redoubt.appliance.conversations;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import redoubt.appliance.site.Durable;
import redoubt.appliance.site.Secrets;
import redoubt.appliance.site.SiteException;

/// Encrypted files, one for each item, in `content/`. Each has a random key of its own, kept in the
/// same file and wrapped by the site's key, so that removing the file removes what could decrypt a
/// copy of its content too.
///
/// Beside an item there may be its further forms (the stamped files made of an answer), each a file
/// of the same kind, named after item and form; they are erased with it.
///
/// File: `RDC1`, nonce (12), wrapped key (48), nonce (12), content (AES-256-GCM, tag at the end).
/// The item's identifier is authenticated with both. Thread safe.
public final class ContentStore {
    private static final byte[] MAGIC = ItemFile.MAGIC;
    private static final int NONCE_BYTES = ItemFile.NONCE_BYTES;
    private static final int KEY_BYTES = ItemFile.KEY_BYTES;
    private static final int TAG_BYTES = ItemFile.TAG_BYTES;
    // One for each first byte of an identifier; all are made at once, so that no answer waits for
    // one.
    private static final int FOLDERS = 256;
    private static final String SUFFIX = ".item";
    private static final String FORM_SUFFIX = ".form";
    private static final List<String> FORMS = List.of("text", "markdown");

    private final Path folder;
    private final SecretKeySpec siteKey;
    // A form must not come to stay beside an item that is being erased.
    private final List<Object> locks = Stream.generate(Object::new).limit(16).toList();

    private ContentStore(Path folder, SecretKeySpec siteKey) {
        this.folder = folder;
        this.siteKey = siteKey;
    }

    /// Opens the store; makes the site's key where there is none yet.
    public static ContentStore open(Path folder, Path keys) throws SiteException {
        Path file = keys.resolve("content.key");
        try {
            if (!Files.exists(file)) {
                try (var items = Files.walk(folder)) {
                    if (items.anyMatch(Files::isRegularFile))
                        throw new SiteException(
                                SiteException.SITE,
                                "The key %s is missing, but there is content that only it can open. Nothing was changed. Restore the key from a backup of this home."
                                        .formatted(file));
                }
                Durable.write(file, Secrets.bytes(KEY_BYTES));
            }
            byte[] key = Files.readAllBytes(file);
            if (key.length != KEY_BYTES)
                throw new SiteException(
                        SiteException.SITE,
                        "The key %s has %d bytes instead of %d. Nothing was changed. Restore it from a backup of this home."
                                .formatted(file, key.length, KEY_BYTES));
            Durable.folders(folder, folders());
            // What was written and not renamed is indexed nowhere, and so would be erased never.
            for (String name : folders()) Durable.sweep(folder.resolve(name));
            for (Path secrets : List.of(keys, keys.resolve("rows"))) Durable.sweep(secrets);
            return new ContentStore(folder, new SecretKeySpec(key, "AES"));
        } catch (IOException failure) {
            throw new SiteException(
                    SiteException.SITE,
                    "The content's key %s cannot be read or made: %s. Check the disk and the permissions."
                            .formatted(file, failure.getMessage()),
                    failure);
        }
    }

    /// Writes an item; when this returns it survives a power cut. One that was there keeps its key,
    /// so that the keys of a backup go on fitting.
    public void write(String id, byte[] content) throws IOException {
        write(file(id), id, content, false);
    }

    /// The same under a new key, for an item out of which something is erased: nothing that has the
    /// new key opens what it was. One that is not there does not come back.
    void rewrite(String id, byte[] content) throws IOException {
        synchronized (lock(id)) {
            if (Files.exists(file(id))) write(file(id), id, content, true);
        }
    }

    /// Keeps a further form of an item, as durably.
    ///
    /// @return false when the item was erased; nothing is kept then
    public boolean keepForm(String id, String form, byte[] content) throws IOException {
        synchronized (lock(id)) {
            if (!Files.exists(file(id))) return false;
            write(formFile(id, form), formName(id, form), content, true);
            return true;
        }
    }

    /// Reads a further form of an item; empty when none was kept.
    public Optional<byte[]> form(String id, String form) throws IOException {
        return read(formFile(id, form), formName(id, form));
    }

    private void write(Path file, String id, byte[] content, boolean newKey) throws IOException {
        byte[] wrapped =
                newKey || !Files.exists(file)
                        ? seal(siteKey, id, Secrets.bytes(KEY_BYTES))
                        : ItemFile.keyOf(Files.readAllBytes(file));
        byte[] key = open(siteKey, id, wrapped);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length + 128);
        bytes.writeBytes(MAGIC);
        bytes.writeBytes(wrapped);
        bytes.writeBytes(seal(new SecretKeySpec(key, "AES"), id, content));
        Arrays.fill(key, (byte) 0);
        Durable.write(file, bytes.toByteArray());
    }

    /// Reads an item; empty when there is none.
    ///
    /// @throws IOException when the file was damaged or exchanged
    public Optional<byte[]> read(String id) throws IOException {
        return read(file(id), id);
    }

    private Optional<byte[]> read(Path file, String id) throws IOException {
        if (!Files.exists(file)) return Optional.empty();
        return Optional.of(opened(id, Files.readAllBytes(file)));
    }

    private byte[] opened(String id, byte[] bytes) throws IOException {
        int wrapped = ItemFile.WRAPPED_BYTES;
        if (!ItemFile.isFile(bytes))
            throw new IOException("the content item " + id + " is damaged");
        int at = MAGIC.length;
        byte[] key = open(siteKey, id, Arrays.copyOfRange(bytes, at, at + wrapped));
        return open(
                new SecretKeySpec(key, "AES"),
                id,
                Arrays.copyOfRange(bytes, at + wrapped, bytes.length));
    }

    /// Removes an item, its forms and their keys, durably. The item goes last: while it is there,
    /// the rest is found.
    public void erase(String id) throws IOException {
        synchronized (lock(id)) {
            for (String form : FORMS) Durable.remove(formFile(id, form));
            Durable.remove(file(id));
        }
    }

    private Object lock(String id) {
        return locks.get(Math.floorMod(id.hashCode(), locks.size()));
    }

    /// The identifiers of all items.
    public List<String> ids() throws IOException {
        List<String> ids = new ArrayList<>();
        try (var files = Files.walk(folder)) {
            files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(SUFFIX) && !name.startsWith("."))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                    .filter(ContentStore::isId)
                    .forEach(ids::add);
        }
        return ids;
    }

    /// The folders of the store, in order: what is done with all files is done folder by folder.
    public static List<String> folders() {
        return IntStream.range(0, FOLDERS).mapToObj("%02x"::formatted).toList();
    }

    /// The names of the files in a folder, `ab/NAME`, in order: items and their forms.
    public List<String> files(String inFolder) throws IOException {
        try (var files = Files.list(folder.resolve(inFolder))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> inFolder + "/" + file.getFileName())
                    .filter(ContentStore::isName)
                    .sorted()
                    .toList();
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        }
    }

    private static boolean isName(String name) {
        return name.matches("[0-9a-f]{2}/[0-9a-f]{32}(\\.item|\\.(text|markdown)\\.form)");
    }

    /// A file as it is, encrypted.
    ///
    /// @throws java.nio.file.NoSuchFileException when it was erased
    public byte[] raw(String name) throws IOException {
        return Files.readAllBytes(named(name));
    }

    /// The wrapped key of a file.
    public byte[] wrappedKey(String name) throws IOException {
        try (var in = Files.newInputStream(named(name))) {
            byte[] head = in.readNBytes(MAGIC.length + ItemFile.WRAPPED_BYTES);
            return Arrays.copyOfRange(head, MAGIC.length, MAGIC.length + ItemFile.WRAPPED_BYTES);
        }
    }

    /// What a file holds that is not in the store; empty where the key in it is not the one that it
    /// was encrypted under, or not this site's.
    public Optional<byte[]> open(String name, byte[] file) throws IOException {
        named(name);
        String inside = name.substring(name.indexOf('/') + 1);
        try {
            return Optional.of(opened(inside.replace(SUFFIX, "").replace(FORM_SUFFIX, ""), file));
        } catch (ChangedException otherKey) {
            return Optional.empty();
        }
    }

    /// Puts a file back as it was; one that does not open is for nobody.
    public void restore(String name, byte[] file) throws IOException {
        if (open(name, file).isEmpty()) throw new IOException("no key opens " + name);
        Durable.write(named(name), file);
    }

    private Path named(String name) throws IOException {
        if (!isName(name)) throw new IOException("no file of the content store: " + name);
        return folder.resolve(name);
    }

    /// Whether a text from outside has the form of an identifier; nothing else reaches a path.
    public static boolean isId(String text) {
        return text.matches("[0-9a-f]{32}");
    }

    private Path file(String id) {
        if (!isId(id)) throw new IllegalArgumentException("not an identifier: " + id);
        return folder.resolve(id.substring(0, 2)).resolve(id + SUFFIX);
    }

    private Path formFile(String id, String form) {
        return file(id).resolveSibling(formName(id, form) + FORM_SUFFIX);
    }

    private static String formName(String id, String form) {
        if (!FORMS.contains(form)) throw new IllegalArgumentException("not a form: " + form);
        return id + "." + form;
    }

    private static byte[] seal(SecretKeySpec key, String id, byte[] content) {
        try {
            byte[] nonce = Secrets.bytes(NONCE_BYTES);
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, id, nonce).doFinal(content);
            return ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
        } catch (GeneralSecurityException bug) {
            throw new AssertionError("AES-GCM encrypts anything", bug);
        }
    }

    private static byte[] open(SecretKeySpec key, String id, byte[] sealed) throws IOException {
        try {
            byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
            return cipher(Cipher.DECRYPT_MODE, key, id, nonce)
                    .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
        } catch (GeneralSecurityException damaged) {
            throw new ChangedException(id, damaged);
        }
    }

    /// What is in a file is not what was encrypted under its key.
    private static final class ChangedException extends IOException {
        private static final long serialVersionUID = 1L;

        ChangedException(String id, GeneralSecurityException cause) {
            super("the content item " + id + " was changed since it was written", cause);
        }
    }

    private static Cipher cipher(int mode, SecretKeySpec key, String id, byte[] nonce)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
        cipher.updateAAD(MAGIC);
        cipher.updateAAD(id.getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }
}
