"""What the asesor does before the assessment: APL-02, MAPA, FR.AK.01."""
