/// llama.cpp: load a model, tokenize, render a conversation, decode several sequences, sample.
/// Bindings are package-private; no exported type mentions an address.
package redoubt.foreign.llama;
