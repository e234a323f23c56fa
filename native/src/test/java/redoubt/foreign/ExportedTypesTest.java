package redoubt.foreign;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import redoubt.foreign.llama.Llama;

/// Invariant 2 of the architecture: addresses stay inside the module.
class ExportedTypesTest {
    @Test
    void no_exported_type_mentions_memory() throws Exception {
        List<String> mentions = new ArrayList<>();
        int types = 0;
        for (ModuleDescriptor.Exports exported :
                Llama.class.getModule().getDescriptor().exports()) {
            for (Class<?> type : classes(exported.source())) {
                if (isVisible(type.getModifiers())) {
                    types++;
                    mentionsOf(type, mentions);
                }
            }
        }
        assertTrue(types > 10, "only " + types + " exported types found");
        assertTrue(mentions.isEmpty(), "these mention java.lang.foreign: " + mentions);
    }

    private static void mentionsOf(Class<?> type, List<String> mentions) {
        for (Method method : type.getDeclaredMethods()) {
            if (isVisible(method.getModifiers())) {
                Stream.concat(
                                Stream.of(method.getGenericReturnType()),
                                Arrays.stream(method.getGenericParameterTypes()))
                        .filter(ExportedTypesTest::isForeign)
                        .forEach(_ -> mentions.add(method.toString()));
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isVisible(constructor.getModifiers())
                    && Arrays.stream(constructor.getGenericParameterTypes())
                            .anyMatch(ExportedTypesTest::isForeign)) {
                mentions.add(constructor.toString());
            }
        }
        for (Field field : type.getDeclaredFields()) {
            if (isVisible(field.getModifiers()) && isForeign(field.getGenericType())) {
                mentions.add(field.toString());
            }
        }
        Stream.concat(
                        Stream.ofNullable(type.getGenericSuperclass()),
                        Arrays.stream(type.getGenericInterfaces()))
                .filter(ExportedTypesTest::isForeign)
                .forEach(_ -> mentions.add(type.toString()));
    }

    private static boolean isForeign(java.lang.reflect.Type type) {
        return type.getTypeName().contains("java.lang.foreign");
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static List<Class<?>> classes(String packageName) throws Exception {
        Path classes = Path.of(System.getProperty("redoubt.root"), "native", "target", "classes");
        List<Class<?>> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(classes.resolve(packageName.replace('.', '/')))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".class") && !name.equals("package-info.class")) {
                    String simple = name.substring(0, name.length() - ".class".length());
                    found.add(
                            Class.forName(
                                    packageName + "." + simple,
                                    false,
                                    Llama.class.getClassLoader()));
                }
            }
        }
        return found;
    }
}
