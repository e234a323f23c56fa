/// Turns C functions into Java functions. Not exported: addresses stay inside this module.
package redoubt.foreign.binding;
