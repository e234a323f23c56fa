/// Witnesses by media: what is carried to them, what they check and keep, what they bring back.
package redoubt.provenance.witness;
