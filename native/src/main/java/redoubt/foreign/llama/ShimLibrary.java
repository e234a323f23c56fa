package redoubt.foreign.llama;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import redoubt.foreign.binding.Functions;
import redoubt.foreign.binding.Shapes;

/// `native/shim/redoubt_llama.h`: what llama.cpp has only in C++, and what may throw. One field a
/// function.
final class ShimLibrary {
    /// What a function returns that failed; then its error buffer holds a sentence.
    static final int FAILED = -1000;

    static final int ERROR_BYTES = 2048;

    /// The interface number and the release that this code was written for.
    static final String BUILD = "1 0.5.0";

    final Shapes.P build;
    final Shapes.P layouts;
    final Shapes.V logToStderr;
    final MemorySegment abortWhenSet;
    final Shapes.PPPPI modelLoad;
    final Shapes.PPPPPI contextNew;
    final Shapes.VP contextFree;
    final Shapes.IPPPI decode;
    final Shapes.IPPPIIPPI sample;
    final Shapes.PPPI textsNew;
    final Shapes.VP textsFree;
    final Shapes.PPPI grammarNew;
    final Shapes.VP grammarFree;
    final Shapes.PPPPI constraintNew;
    final Shapes.VP constraintFree;
    final Shapes.LP constraintResampled;
    final Shapes.IPPIPIBBPI tokenize;
    final Shapes.LPPLIPI restore;
    final Shapes.PPPPI adapterLoad;
    final Shapes.IPPPIPI adaptersApply;
    final Shapes.IPIPIPI pooled;
    final Shapes.VPP memory;
    final Shapes.PPPPI templateOpen;
    final Shapes.VP templateClose;
    final Shapes.IP templateOrigin;
    final Shapes.PP templateSource;
    final Shapes.IPPPPI templateRender;
    final Shapes.VP promptFree;
    final Shapes.PPPI grammarOfForm;
    final Shapes.PPPPI readerNew;
    final Shapes.VP readerFree;
    final Shapes.IPPIBPPI readerRead;

    ShimLibrary(Path dir) {
        Functions shim = new Functions(dir.resolve("libredoubt_llama.so"));
        build = shim.bind("redoubt_build", Shapes.P.class);
        layouts = shim.bind("redoubt_layouts", Shapes.P.class);
        logToStderr = shim.bind("redoubt_log_to_stderr", Shapes.V.class);
        abortWhenSet = shim.address("redoubt_abort_when_set");
        modelLoad = shim.bind("redoubt_model_load", Shapes.PPPPI.class);
        contextNew = shim.bind("redoubt_context_new", Shapes.PPPPPI.class);
        contextFree = shim.bind("redoubt_context_free", Shapes.VP.class);
        decode = shim.bind("redoubt_decode", Shapes.IPPPI.class);
        sample = shim.bind("redoubt_sample", Shapes.IPPPIIPPI.class);
        textsNew = shim.bind("redoubt_texts_new", Shapes.PPPI.class);
        textsFree = shim.bind("redoubt_texts_free", Shapes.VP.class);
        grammarNew = shim.bind("redoubt_grammar_new", Shapes.PPPI.class);
        grammarFree = shim.bind("redoubt_grammar_free", Shapes.VP.class);
        constraintNew = shim.bind("redoubt_constraint_new", Shapes.PPPPI.class);
        constraintFree = shim.bind("redoubt_constraint_free", Shapes.VP.class);
        constraintResampled = shim.bind("redoubt_constraint_resampled", Shapes.LP.class);
        tokenize = shim.bind("redoubt_tokenize", Shapes.IPPIPIBBPI.class);
        restore = shim.bind("redoubt_restore", Shapes.LPPLIPI.class);
        adapterLoad = shim.bind("redoubt_adapter_load", Shapes.PPPPI.class);
        adaptersApply = shim.bind("redoubt_adapters_apply", Shapes.IPPPIPI.class);
        pooled = shim.bind("redoubt_pooled", Shapes.IPIPIPI.class);
        memory = shim.bind("redoubt_memory", Shapes.VPP.class);
        templateOpen = shim.bind("redoubt_template_open", Shapes.PPPPI.class);
        templateClose = shim.bind("redoubt_template_close", Shapes.VP.class);
        templateOrigin = shim.bind("redoubt_template_origin", Shapes.IP.class);
        templateSource = shim.bind("redoubt_template_source", Shapes.PP.class);
        templateRender = shim.bind("redoubt_template_render", Shapes.IPPPPI.class);
        promptFree = shim.bind("redoubt_prompt_free", Shapes.VP.class);
        grammarOfForm = shim.bind("redoubt_grammar_of_form", Shapes.PPPI.class);
        readerNew = shim.bind("redoubt_reader_new", Shapes.PPPPI.class);
        readerFree = shim.bind("redoubt_reader_free", Shapes.VP.class);
        readerRead = shim.bind("redoubt_reader_read", Shapes.IPPIBPPI.class);
    }
}
